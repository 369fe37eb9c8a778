/** The words of the form on other sites. They are few, and the script has to be small: so they are here, in each language. */

export interface Words {
  open: string;
  close: string;
  title: (name: string) => string;
  ask: string;
  mine: string;
  name: string;
  email: string;
  subject: string;
  text: string;
  files: string;
  optional: string;
  empty: string;
  send: string;
  sending: string;
  again: string;
  help: string;
  newTab: string;
  articles: string;
  sentTitle: string;
  sentText: string;
  another: string;
  mineText: string;
  mineSend: string;
  mineSent: string;
  offline: string;
  tooManyFiles: (most: number) => string;
  chat: string;
  begin: string;
  beginText: string;
  waiting: string;
  missed: string;
  ended: string;
  end: string;
  you: string;
  conversation: string;
  writes: (name: string) => string;
  over: string;
}

const english: Words = {
  open: "Help",
  close: "Close",
  title: (name) => `Help from ${name}`,
  ask: "Ask us",
  mine: "My requests",
  name: "Your name",
  email: "E-mail address",
  subject: "What is it about?",
  text: "Your message",
  files: "Files",
  optional: "optional",
  empty: "Leave this empty",
  send: "Send",
  sending: "Sending …",
  again: "Please look at this again:",
  help: "Help centre",
  newTab: "opens in a new tab",
  articles: "Does one of these articles help?",
  sentTitle: "Thank you, we have your request",
  sentText: "We answer by mail. You have a mail with a link to your request already.",
  another: "Ask something else",
  mineText: "We mail you a link that opens all of your requests.",
  mineSend: "Mail me a link",
  mineSent: "If there are requests from this address, a mail with a link is on its way.",
  offline: "This did not reach us. Your words are still here: please try again.",
  tooManyFiles: (most) => `Please choose ${most} files at most.`,
  chat: "Chat",
  begin: "Begin the chat",
  beginText: "An agent is here. We mail you the conversation afterwards.",
  waiting: "We have your message and answer in a moment.",
  missed: "Sorry, no one could answer in time. We answer by mail.",
  ended: "The chat is over. We have mailed you the conversation.",
  end: "End the chat",
  you: "You",
  conversation: "Conversation",
  writes: (name) => `${name} is writing …`,
  over: "This chat is no longer open.",
};

const german: Words = {
  open: "Hilfe",
  close: "Schließen",
  title: (name) => `Hilfe von ${name}`,
  ask: "Fragen",
  mine: "Meine Anfragen",
  name: "Ihr Name",
  email: "E-Mail-Adresse",
  subject: "Worum geht es?",
  text: "Ihre Nachricht",
  files: "Dateien",
  optional: "freiwillig",
  empty: "Bitte leer lassen",
  send: "Senden",
  sending: "Wird gesendet …",
  again: "Bitte sehen Sie sich das noch einmal an:",
  help: "Hilfe-Center",
  newTab: "öffnet sich in einem neuen Tab",
  articles: "Hilft einer dieser Artikel?",
  sentTitle: "Danke, wir haben Ihre Anfrage",
  sentText: "Wir antworten per Mail. Eine Mail mit einem Link zu Ihrer Anfrage ist schon bei Ihnen.",
  another: "Etwas anderes fragen",
  mineText: "Wir schicken Ihnen einen Link, der alle Ihre Anfragen öffnet.",
  mineSend: "Link zuschicken",
  mineSent: "Wenn es Anfragen von dieser Adresse gibt, ist eine Mail mit einem Link unterwegs.",
  offline: "Das hat uns nicht erreicht. Ihr Text ist noch da: Bitte versuchen Sie es noch einmal.",
  tooManyFiles: (most) => `Bitte wählen Sie höchstens ${most} Dateien.`,
  chat: "Chat",
  begin: "Chat beginnen",
  beginText: "Es ist jemand da. Wir schicken Ihnen das Gespräch danach per Mail.",
  waiting: "Wir haben Ihre Nachricht und antworten gleich.",
  missed: "Leider konnte niemand rechtzeitig antworten. Wir antworten per Mail.",
  ended: "Der Chat ist beendet. Wir haben Ihnen das Gespräch geschickt.",
  end: "Chat beenden",
  you: "Sie",
  conversation: "Gespräch",
  writes: (name) => `${name} schreibt …`,
  over: "Dieser Chat ist nicht mehr offen.",
};

/** The words of a language, else the English ones; and the language that they are in. */
export function wordsIn(language: string): [Words, string] {
  return language.toLowerCase().startsWith("de") ? [german, "de"] : [english, "en"];
}
