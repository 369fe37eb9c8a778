/** The mail of a ticket's messages. Its parts and their words are loaded when they are shown. */
export { MailOf, Recipients } from "./parts/lazy";
