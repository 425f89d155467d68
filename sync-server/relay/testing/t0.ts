/** When it is in tests of the relay and of its store; ms since 1970. */
export const T0 = Date.UTC(2026, 0, 5, 8);
