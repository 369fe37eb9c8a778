/** What an entry changed: for each field before and after, where the journal has both. */
export function Changes({ data }: { data: Readonly<Record<string, unknown>> }) {
  const fields = Object.entries(pairsOf(data["changes"] ?? data));
  return fields.map(([name, value]) => {
    const pair = asPair(value);
    return (
      <div key={name}>
        {name}:{" "}
        {pair === null ? (
          <bdi>{inWords(value)}</bdi>
        ) : (
          <>
            <del>
              <bdi>{inWords(pair[0])}</bdi>
            </del>{" "}
            →{" "}
            <ins>
              <bdi>{inWords(pair[1])}</bdi>
            </ins>
          </>
        )}
      </div>
    );
  });
}

function pairsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asPair(value: unknown): readonly [unknown, unknown] | null {
  const { was, now } = pairsOf(value);
  return was === undefined && now === undefined ? null : [was, now];
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
