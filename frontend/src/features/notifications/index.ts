export { setOnDesktop, showsOnDesktop } from "./desktop";

/** Shows notifications outside of the page. Loaded once the page has come to rest. */
export const loadAlerts = async () => (await import("./parts/alerts")).Alerts;
