export { type LevelMetadataOptions, openLevelMetadataStore } from './level-metadata-store.ts'
