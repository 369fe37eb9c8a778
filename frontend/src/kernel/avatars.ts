/** One of eight grounds for a person's initials: always the same for the same id. */
export function groundOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % 8;
}
