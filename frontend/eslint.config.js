import jsxA11y from "eslint-plugin-jsx-a11y-x";
import lingui from "eslint-plugin-lingui";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Texts that no person reads: addresses, class names, keys, CSS values, names of events and of queries. */
const machineWords = {
  ignore: [
    "^[^\\p{L}]*$",
    "^[a-z0-9_./:$#?=&*%@{}()\\[\\]<>+ -]+$",
    "^[A-Z0-9_]+$",
    "^--",
    '^(ui-monospace|"Source Sans)',
  ],
  ignoreNames: [
    {
      regex: {
        pattern: "^(className|classNames|style|styles|key|id|name|type|role|to|href|src|rel|target|as|component)$",
      },
    },
    {
      regex: { pattern: "^(variant|size|color|c|bg|d|fill|viewBox|autoComplete|inputMode|keys|pattern|path|method)$" },
    },
    { regex: { pattern: "^data-|^aria-(live|current|haspopup|orientation|controls|labelledby|describedby)$" } },
    { regex: { pattern: "^[A-Z0-9_]+$" } },
  ],
  ignoreFunctions: [
    "*.addEventListener",
    "*.removeEventListener",
    "*.getItem",
    "*.setItem",
    "*.querySelector",
    "*.closest",
    "*.setAttribute",
    "*.getAttribute",
    "*.matches",
    "*.includes",
    "*.startsWith",
    "*.endsWith",
    "*.set",
    "*.get",
    "*.has",
    "*.append",
    "*.split",
    "*.join",
    "Error",
    "console.*",
    "Intl.*",
    "require",
    "matchMedia",
  ],
  useTsTypes: true,
};

export default tseslint.config(
  { ignores: ["node_modules/**", "src/api/generated/**", "reference/**"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [
      ...tseslint.configs.strictTypeChecked,
      reactHooks.configs.flat.recommended,
      lingui.configs["flat/recommended"],
    ],
    plugins: { "jsx-a11y-x": jsxA11y },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...jsxA11y.configs.recommended.rules,
      "lingui/no-unlocalized-strings": ["error", machineWords],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 150, skipBlankLines: true, skipComments: true }],
      complexity: ["error", 15],
      "no-console": "error",
      "no-restricted-globals": ["error", { name: "confirm", message: "Use the ConfirmDialog of ui." }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Mantine's and the browser's handlers may return promises: each of ours catches its own errors.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // Autofocus goes to the first field of a page whose only purpose is that field.
      "jsx-a11y-x/no-autofocus": "off",
    },
  },
  {
    // The widget is one small script for other sites: it brings its words in both languages itself.
    files: ["src/widget/{words,style}.ts"],
    rules: { "lingui/no-unlocalized-strings": "off" },
  },
  {
    files: ["src/**/*.test.{ts,tsx}"],
    rules: { "lingui/no-unlocalized-strings": "off", "max-lines-per-function": "off" },
  },
);
