const COLOUR = /^#[0-9a-f]{6}$/i;
/** The ground of customers' pages in the light scheme. */
const LIGHT_GROUND = "#f6f4ef";
const ENOUGH = 4.5;

/** Whether words in this colour can be read on customers' light pages. Of an unfinished colour nothing is said. */
export function isReadable(colour: string): boolean {
  return !COLOUR.test(colour) || contrast(colour, LIGHT_GROUND) >= ENOUGH;
}

/** The contrast ratio of two colours `#rrggbb` by WCAG 2: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  if (!COLOUR.test(colour)) throw new Error(`Not a colour: "${colour}"`);
  const [red, green, blue] = [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
