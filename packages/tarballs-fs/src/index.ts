export { type FolderTarballOptions, openFolderTarballStore } from './folder-tarball-store.ts'
