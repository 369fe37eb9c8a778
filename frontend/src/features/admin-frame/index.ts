export { AdminPage } from "./parts/admin-page";
export { RecordsPage } from "./parts/records-page";
export { useAfter } from "./parts/use-after";
export { SECTIONS } from "./sections";
