export { MailOf } from "./mail-of";
export { Recipients } from "./recipients";
