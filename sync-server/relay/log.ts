/** Where the relay writes what happened; pino fits. Fields first, then one sentence. */
export interface RelayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
