/** The name of the server that a picture is from, whose signed address is ours. */
export function hostOf(address: string): string {
  const token = (address.split("/").at(-1) ?? "").split(".")[0] ?? "";
  try {
    return new URL(atob(token.replaceAll("-", "+").replaceAll("_", "/"))).hostname;
  } catch {
    return "?";
  }
}
