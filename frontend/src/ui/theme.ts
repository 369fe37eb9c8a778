import {
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";

const verdigris = shades("eef6f5 d9ebe8 b4d8d3 74c4ba 4aa79d 2f8c83 217870 17645f 124f4b 0c3936");
const brass = shades("fbf3dc f3e4b4 e6c57a d7ac52 c79a3a b3832a 9a7114 7d5a0c 6b4d06 4a3503");
const ink = shades("f6f4ef efece5 ddd8cd c4bdb0 a39c8f 857e70 686257 5c574d 33302b 1f1d1a");
const brick = shades("fbe9e5 f6cfc8 f0938a e06f63 cf5144 b83a2c a32a1e 86211a 661a15 45120f");

/** Things that float share their form and appear within 80 ms. */
const floating = { radius: "md", shadow: "md", transitionProps: { duration: 80 } } as const;

export const theme = createTheme({
  colors: { verdigris, brass, ink, brick },
  primaryColor: "verdigris",
  primaryShade: { light: 7, dark: 3 },
  white: "#ffffff",
  black: "#1f1d1a",
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: '"Source Sans 3 Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, Menlo, Consolas, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.45", lg: "1.55", xl: "1.3" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.25" },
      h2: { fontSize: "1.25rem", lineHeight: "1.3" },
      h3: { fontSize: "1rem", lineHeight: "1.4" },
      h4: { fontSize: "0.875rem", lineHeight: "1.45" },
    },
  },
  spacing: { xs: "0.25rem", sm: "0.5rem", md: "0.75rem", lg: "1rem", xl: "1.5rem" },
  radius: { xs: "2px", sm: "4px", md: "6px", lg: "10px", xl: "16px" },
  defaultRadius: "sm",
  shadows: {
    xs: "none",
    sm: "none",
    md: "0 2px 8px rgb(0 0 0 / 0.12)",
    lg: "0 8px 28px rgb(0 0 0 / 0.18)",
    xl: "0 8px 28px rgb(0 0 0 / 0.18)",
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  activeClassName: "",
  focusRing: "never",
  // Filled means the accent, whose words have a token of their own in each scheme.
  variantColorResolver: (input) =>
    input.variant === "filled" && (input.color === undefined || input.color === input.theme.primaryColor)
      ? {
          background: "var(--accent)",
          hover: "var(--accent)",
          color: "var(--on-accent)",
          border: "1px solid transparent",
        }
      : defaultVariantColorsResolver(input),
  // As plain values: the components' own code is loaded where they are shown.
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", size: 28, color: "ink" } },
    Avatar: { defaultProps: { radius: "xl" } },
    Button: { defaultProps: { size: "xs", variant: "default" } },
    Combobox: { defaultProps: floating },
    Input: { defaultProps: { size: "sm" } },
    InputWrapper: { defaultProps: { size: "sm" } },
    Menu: { defaultProps: floating },
    Modal: {
      styles: { title: { fontWeight: 600 } },
      defaultProps: { yOffset: "12vh", radius: "lg", shadow: "lg", overlayProps: { backgroundOpacity: 0.35, blur: 0 } },
    },
    Popover: { defaultProps: floating },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
  },
});

/** Mantine's own variables take their values from tokens.css, which holds both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...tokens, "--mantine-color-gray-4": "var(--edge)" },
  dark: { ...tokens, "--mantine-color-dark-4": "var(--edge)", "--mantine-color-dark-6": "var(--surface)" },
});

const tokens = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--edge)",
  "--mantine-color-placeholder": "var(--faint)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--faint)",
  "--mantine-color-disabled-border": "var(--hairline)",
  "--mantine-primary-color-filled": "var(--accent)",
  "--mantine-primary-color-contrast": "var(--on-accent)",
};

function shades(words: string): MantineColorsTuple {
  return words.split(" ").map((word) => `#${word}`) as unknown as MantineColorsTuple;
}
