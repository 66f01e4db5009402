/** Light and dark as the reader's system has it; one column on a telephone. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1f2733; --soft: #5b6675; --paper: #ffffff; --rule: #dde2e9; --link: #0b5cad; --tint: #f5f7fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf2; --soft: #a6b1c0; --paper: #151a22; --rule: #343e4b; --link: #7db8f5; --tint: #1c232d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--rule); font-size: 1.35rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1.05rem; }
header p { margin: 0.35rem 0 1rem; color: var(--soft); }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; font-size: 0.95rem; }
dl { margin: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0.75rem 2rem; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
.scroll > .picture { display: block; margin: 0 auto; max-width: max(100%, 44rem); }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td { min-width: 6rem; overflow-wrap: break-word; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
ul, ol { padding-left: 1.3rem; margin: 0.5rem 0; }
.tree ul { list-style: none; padding-left: 1rem; margin: 0; border-left: 1px solid var(--rule); }
.tree > ul { padding-left: 0; border-left: 0; }
.tree > ul > li { margin-top: 0.75rem; font-weight: 600; }
.tree > ul > li li { font-weight: 400; overflow-wrap: anywhere; }
@media print { nav { display: none; } .scroll { overflow: visible; } }
`
