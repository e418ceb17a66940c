// The few words that stand on the page before WebAssembly does. Each is one of the core's; a test compares them.
export const LAUNCHER = "Report a problem";
export const CLOSE = "Close";
export const LOADING = "Loading…";
export const FAULT = "This didn't load";
export const TRY_AGAIN = "Try again";
export const REPORT = "Report a problem";
