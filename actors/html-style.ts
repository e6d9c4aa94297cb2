/** How pages look: one sheet, in each page itself, so that a page needs nothing from anywhere. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f2f6f8;
  --card: #ffffff;
  --text: #15232d;
  --quiet: #465866;
  --line: #d3dde4;
  --border: #6a7b88;
  --accent: #0b5a7a;
  --on-accent: #ffffff;
  --bad: #9c1527;
  --bad-ground: #fdf1f2;
  --notice: #5a4100;
  --notice-ground: #fff3d1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0e171d;
    --card: #17232b;
    --text: #e7eef2;
    --quiet: #a9b9c4;
    --line: #2d3d48;
    --border: #8395a2;
    --accent: #7fc6e6;
    --on-accent: #06212d;
    --bad: #ffb4bb;
    --bad-ground: #35161b;
    --notice: #ffe2a0;
    --notice-ground: #33290f;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere; }
p, h1, dl, dd, fieldset { margin: 0; }
header { text-align: center; }
.notice {
  padding: .5rem 1rem;
  background: var(--notice-ground);
  color: var(--notice);
  font-size: .875rem;
  font-weight: 600;
}
.site { padding: 1rem 1rem 0; color: var(--quiet); font-weight: 600; }
main {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1.25rem;
  max-width: 34rem;
  margin: 1rem auto 0;
  padding: 1.5rem 1rem 2rem;
  background: var(--card);
  border-block: 1px solid var(--line);
}
h1 { font-size: 1.625rem; line-height: 1.25; }
legend { font-size: 1.0625rem; font-weight: 600; line-height: 1.4; }
form, .field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.field { gap: .375rem; }
.app { display: flex; align-items: center; gap: 1rem; }
.app img, .logo { flex: none; width: 3.5rem; height: 3.5rem; border-radius: .75rem; }
.app img { object-fit: contain; background: #ffffff; border: 1px solid var(--line); }
.logo {
  display: grid;
  place-items: center;
  background: var(--accent);
  color: var(--on-accent);
  font-size: 1.5rem;
  font-weight: 600;
}
.app p { min-width: 0; }
.app strong { display: block; font-size: 1.125rem; line-height: 1.3; }
.app p span, .aside, .choice p, fieldset > p { color: var(--quiet); font-size: .875rem; }
.aside { padding-top: 1rem; border-top: 1px solid var(--line); }
label { font-weight: 600; }
input:not([type]), input[type=password] {
  width: 100%;
  min-height: 2.875rem;
  padding: .5rem .75rem;
  border: 1px solid var(--border);
  border-radius: .5rem;
  background: var(--card);
  color: inherit;
  font: inherit;
}
input[aria-invalid] { border-color: var(--bad); }
fieldset { min-width: 0; padding: 0; border: 0; }
legend { padding: 0 0 .5rem; }
fieldset > p { padding-bottom: .5rem; }
.choice {
  position: relative;
  display: grid;
  grid-template-columns: 1.375rem minmax(0, 1fr);
  column-gap: .75rem;
  align-items: start;
  min-height: 2.875rem;
  padding: .6875rem .75rem;
  border: 1px solid var(--line);
  border-bottom-width: 0;
}
legend ~ .choice:nth-of-type(1) { border-start-start-radius: .5rem; border-start-end-radius: .5rem; }
.choice:last-of-type { border-bottom-width: 1px; border-end-start-radius: .5rem; border-end-end-radius: .5rem; }
.choice label { font-weight: 400; }
.choice label::after { content: ""; position: absolute; inset: 0; }
.choice p { grid-column: 2; }
/* Above its label, which covers the whole row. */
.choice input { position: relative; z-index: 1; width: 1.375rem; height: 1.375rem; margin: 0; accent-color: var(--accent); }
/* What people look things up in is wider than what they are asked. */
main:has(table) { max-width: 72rem; }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
thead th { color: var(--quiet); }
dl { display: grid; gap: .25rem; }
dl div { display: flex; flex-wrap: wrap; column-gap: .5rem; }
dt { color: var(--quiet); }
dd { font-weight: 600; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
.stacked { flex-direction: column; }
button {
  flex: 1 1 9rem;
  min-height: 2.875rem;
  padding: .5rem 1.25rem;
  border: 1px solid var(--accent);
  border-radius: .5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.stacked button { flex: none; }
.quiet, .provider { background: transparent; color: var(--accent); }
button:hover { text-decoration: underline; }
.quiet:hover, .provider:hover { background: var(--ground); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.choice:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: -1px; z-index: 1; }
.choice :focus-visible { outline: 0; }
.problem {
  padding: .75rem 1rem;
  border-inline-start: 4px solid var(--bad);
  background: var(--bad-ground);
  color: var(--bad);
}
@media (min-width: 40rem) {
  main { margin-block: 1.25rem 3rem; padding: 2rem; border: 1px solid var(--line); border-radius: .75rem; }
}
@media print {
  :root { color-scheme: light; --ground: #ffffff; --notice-ground: #ffffff; --bad-ground: #ffffff; }
  .buttons { display: none; }
  main { border: 0; }
}
`
