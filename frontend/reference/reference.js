// Draws the API reference from the document named by this script's `data-document`.
// Nothing is asked of another host: no validator badge, no remote document by query string.
const { document: openapi } = document.currentScript.dataset;

window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: openapi,
    dom_id: "#reference",
    validatorUrl: null,
    queryConfigEnabled: false,
    deepLinking: true,
    filter: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    syntaxHighlight: { activated: true, theme: "agate" },
  });
});
