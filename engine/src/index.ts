export { startEngine } from "./engine.ts";
export type { Engine, EngineEvent, EngineOptions } from "./engine.ts";
export { EngineError } from "./errors.ts";
export type { EngineErrorCode } from "./errors.ts";
export { describePortHolder, isPortFree } from "./who-holds-port.ts";
export { embeddedConnections } from "./connections.ts";
export type { EngineAddress, EngineConnections } from "./connections.ts";
