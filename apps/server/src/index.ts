export { buildApp } from './app.ts'
export type { App, AppOptions } from './route-context.ts'
