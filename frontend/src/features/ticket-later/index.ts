/** Parts of a ticket that are loaded, with their words, when they are shown. */
export { MailOf, Recipients } from "./parts/lazy";
