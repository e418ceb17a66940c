// The few words that stand on the page before WebAssembly does. Each is one of the core's; a test compares them.
export const LAUNCHER = "Help, something is wrong";
export const CLOSE = "Close";
export const LOADING = "Loading…";
export const FAULT = "This did not load";
export const TRY_AGAIN = "Try again";
export const REPORT = "Report a problem";
