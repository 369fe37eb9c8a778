/** The walls of `src/`. Each comment names the cure. */
const layer = (name, banned) => ({
  name: `${name}-looks-down-only`,
  severity: "error",
  comment: `${name}/ may not import from ${banned.join(", ")}: pass the value in, or move what both need down.`,
  from: { path: `^src/${name}/` },
  to: { path: `^src/(${banned.join("|")})/` },
});

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "These modules import one another. Move what both need into a third one below them.",
      from: {},
      to: { circular: true, viaOnly: { pathNot: "^src/api/generated/" } },
    },
    layer("kernel", ["api", "live", "ui", "i18n", "features", "app"]),
    layer("api", ["live", "ui", "i18n", "features", "app"]),
    layer("live", ["ui", "i18n", "features", "app"]),
    layer("i18n", ["api", "live", "ui", "features", "app"]),
    layer("ui", ["api", "live", "features", "app"]),
    layer("features", ["app"]),
    {
      name: "the-widget-stands-alone",
      severity: "error",
      comment: "widget/ is loaded by other sites and must stay small: it imports nothing but itself.",
      from: { path: "^src/widget/" },
      to: { pathNot: "^src/widget/" },
    },
    {
      name: "features-meet-at-their-doors",
      severity: "error",
      comment: "Import another feature through its index.ts, and export there what you need.",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/([^/]+)/", pathNot: ["^src/features/$1/", "^src/features/[^/]+/index\\.ts$"] },
    },
    {
      name: "app-enters-features-by-door-command-or-page",
      severity: "error",
      comment: "The app imports a feature's index.ts and commands.ts, and its pages lazily.",
      from: { path: "^src/app/" },
      to: { path: "^src/features/", pathNot: "^src/features/[^/]+/(index\\.ts|commands\\.ts|pages/[^/]+\\.tsx)$" },
    },
    {
      name: "pages-are-lazy",
      severity: "error",
      comment: "Load pages with import() in app/pages.ts, so that each becomes a file of its own.",
      from: { path: "^src/app/" },
      to: { path: "^src/features/[^/]+/pages/", dynamic: false },
    },
    {
      name: "only-ui-imports-widgets",
      severity: "error",
      comment: "Import the component from ui/, or add one there: only ui/ knows the widget libraries.",
      from: { path: "^src/", pathNot: "^src/ui/" },
      to: { path: "node_modules/(@mantine|@tabler|@tiptap|recharts|prosemirror)" },
    },
    {
      name: "only-api-imports-the-generated-client",
      severity: "error",
      comment: "Import from api/index.ts: it exports the functions and types of contract v1.",
      from: { path: "^src/", pathNot: "^src/api/" },
      to: { path: "^src/api/generated/" },
    },
    {
      name: "kernel-is-pure",
      severity: "error",
      comment: "kernel/ has no React and no input or output. Move this to ui/, live/ or a feature.",
      from: { path: "^src/kernel/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["npm", "npm-dev", "core"] },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "Nothing imports this module. Use it or delete it.",
      from: {
        orphan: true,
        pathNot: [
          "\\.d\\.ts$",
          "\\.test\\.tsx?$",
          "^src/app/(main\\.tsx|scheme\\.js)$",
          "^src/widget/embed\\.ts$",
          "^src/api/generated/",
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "src/api/generated"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "browser", "default"] },
  },
};
