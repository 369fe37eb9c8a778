/** The style of the widget. It is adopted by its shadow root, so that a strict policy of the site allows it. */

export const style = `
:host{all:initial;position:fixed;inset-block-end:16px;inset-inline-end:16px;z-index:2147483000;
--surface:#fff;--sunken:#efece5;--text:#1f1d1a;--muted:#5c574d;--edge:#857e70;--line:#ddd8cd;--danger:#a32a1e;
--accent:#17645f;--on-accent:#fff;color-scheme:light}
@media (prefers-color-scheme:dark){:host{--surface:#1f1e1b;--sunken:#121110;--text:#ece8df;--muted:#b9b3a6;--edge:#857f73;
--line:#33302b;--danger:#f0938a;--accent:#74c4ba;--on-accent:#121110;color-scheme:dark}}
*{box-sizing:border-box;margin:0}
.root{font:16px/1.5 system-ui,sans-serif;color:var(--text)}
button,input,textarea{font:inherit;color:inherit}
button{cursor:pointer;min-block-size:44px;border:1px solid var(--edge);border-radius:6px;padding:8px 16px;
background:var(--surface)}
.main{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600}
.launch{border-radius:24px;min-block-size:48px;padding-inline:20px;box-shadow:0 2px 8px rgb(0 0 0/.2);display:block;
margin-inline-start:auto}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.main:focus-visible{outline-color:var(--text)}
.panel{inline-size:min(376px,calc(100vw - 32px));max-block-size:min(640px,calc(100dvh - 32px));overflow:auto;
background:var(--surface);border:1px solid var(--line);border-radius:10px;box-shadow:0 8px 28px rgb(0 0 0/.18);
display:flex;flex-direction:column}
.head{display:flex;align-items:center;justify-content:space-between;gap:8px;padding:8px 8px 8px 16px;
padding-inline:16px 8px;border-block-end:1px solid var(--line);position:sticky;inset-block-start:0;background:var(--surface)}
h2{font-size:1.0625rem;line-height:1.3}
h3{font-size:1rem}
.quiet{border-color:transparent;background:none;padding-inline:12px}
nav{display:flex;border-block-end:1px solid var(--line)}
nav button{flex:1;border:0;border-radius:0;border-block-end:3px solid transparent;background:none}
nav [aria-current]{border-block-end-color:var(--accent);font-weight:600}
nav button:focus-visible{outline-offset:-3px}
.body{padding:16px;display:flex;flex-direction:column;gap:12px}
form,.stack{display:flex;flex-direction:column;gap:12px}
label{display:block;font-weight:600;margin-block-end:4px}
.soft{color:var(--muted);font-weight:400}
input,textarea{inline-size:100%;min-block-size:44px;border:1px solid var(--edge);border-radius:6px;padding:8px 12px;
background:var(--surface)}
input[type=file]{border:0;padding-inline:0}
textarea{resize:vertical;min-block-size:96px}
[aria-invalid]{border-color:var(--danger);border-width:2px}
.wrong{color:var(--danger)}
.similar{background:var(--sunken);border-radius:6px;padding:12px}
ul{padding-inline-start:20px}
a{color:var(--accent)}
.trap,.hidden{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.talk{display:flex;flex-direction:column;gap:8px}
.talk>div{background:var(--sunken);border-radius:10px;padding:8px 12px;max-inline-size:85%;align-self:flex-start;
white-space:pre-wrap;overflow-wrap:anywhere}
.talk>.own{align-self:flex-end;border:1px solid var(--edge);background:none}
.talk strong{display:block;font-size:.875rem}
@media (max-width:479px){.panel{position:fixed;inset:0;inline-size:auto;max-block-size:none;border:0;border-radius:0}}
@media (forced-colors:active){.main{border:2px solid}}
`;

/** The brand's colours in place of the accent: each with the colour of text on it. */
export function accent({ light, dark }: { light: [string, string]; dark: [string, string] }): string {
  const names = ([color, on]: [string, string]): string => `:host{--accent:${color};--on-accent:${on}}`;
  return `${names(light)}@media (prefers-color-scheme:dark){${names(dark)}}`;
}
