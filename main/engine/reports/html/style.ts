/** The style of the HTML report: light and dark from one set of tokens, and A4 pages. No outside font or file. */
export const style = `
:root { color-scheme: light dark;
  --back: #ffffff; --sunken: #f4f5f8; --line: #d9dde4; --text: #1a1d22; --soft: #545c69; --accent: #2456c7;
  --bad: #a3310f; --bad-soft: #fbe6df; --good: #116149; --good-soft: #dff3ec; --warn: #7a4f00; --warn-soft: #fbf0d6; --noise: #e3e6eb; --bad-heat: #f2a07f; --good-heat: #8fd3b8;
  --on-dark: #ffffff; --s0: #6b7280; --s1: #e69f00; --s2: #56b4e9; --s3: #009e73; --s4: #f0e442; --s5: #0072b2; --s6: #d55e00; --s7: #cc79a7; --outline: #1a1d22; }
@media screen and (prefers-color-scheme: dark) { :root {
  --back: #15171b; --sunken: #1c1f24; --line: #343a44; --text: #e9ebef; --soft: #a8b0bd; --accent: #8fb3ff;
  --bad: #ff9e7d; --bad-soft: #432116; --good: #5fd0a5; --good-soft: #14352a; --warn: #f0c265; --warn-soft: #3b2f14; --noise: #31363f; --bad-heat: #8a3a1d; --good-heat: #1d6a50;
  --on-dark: #111111; --s0: #9aa3b2; --s5: #3f9bd6; --outline: #e9ebef; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1040px; background: var(--back); color: var(--text);
  font: 14px/1.5 system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans CJK SC', sans-serif; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 36px 0 10px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
h3 { font-size: 14px; margin: 20px 0 6px; }
p { margin: 6px 0; }
.soft, figcaption, .n { color: var(--soft); }
.n { font-size: 12px; }
ul.verdict { list-style: none; padding: 0; margin: 0; }
ul.verdict li { display: grid; grid-template-columns: 142px 1fr; gap: 12px; padding: 6px 10px; border-left: 4px solid var(--line); margin: 4px 0; background: var(--sunken); }
ul.verdict b { white-space: nowrap; }
li.worse { border-color: var(--bad) !important; } li.worse b { color: var(--bad); }
li.better { border-color: var(--good) !important; } li.better b { color: var(--good); }
li.warning { border-color: var(--warn) !important; } li.warning b { color: var(--warn); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th { font-weight: 600; color: var(--soft); font-size: 12px; }
th, td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 150px; }
td:first-child { font-weight: 400; }
table.text th { white-space: normal; } table.text th:first-child, table.text td:first-child { min-width: 44px; }
td.detected { font-weight: 600; }
.letter { display: inline-block; min-width: 20px; padding: 0 5px; margin-right: 6px; border-radius: 4px; text-align: center; font-weight: 700; font-size: 12px; line-height: 18px; border: 1px solid var(--outline); }
${Array.from({ length: 8 }, (_, index) => `.fill${index} { background: var(--s${index}); fill: var(--s${index}); } .stroke${index} { stroke: var(--s${index}); }`).join('\n')}
.letter { color: #111; } .letter.fill0, .letter.fill5 { color: var(--on-dark); }
figure { margin: 12px 0; break-inside: avoid; }
figure h3 { margin: 0 0 4px; }
svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, 'Noto Sans', sans-serif; }
svg text { fill: var(--text); } svg .axis { stroke: var(--line); } svg .tick { fill: var(--soft); }
svg .mark { stroke: var(--outline); stroke-width: 1; } svg .on-dark { fill: var(--on-dark); } svg .on-light { fill: #111; }
svg .noise { fill: var(--noise); } svg .base { stroke: var(--s0); stroke-dasharray: 4 3; }
svg .curve { fill: none; stroke: var(--soft); stroke-width: 1.5; } svg .whisker { stroke: var(--outline); stroke-width: 1.5; } svg .arrow { stroke: var(--soft); stroke-width: 1.2; fill: none; } svg .head { fill: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 8px 28px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 4px 0 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 6px; margin: 6px 0; }
details > summary { cursor: pointer; padding: 6px 10px; overflow-wrap: anywhere; }
details > div { padding: 0 10px 8px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sunken); padding: 8px 10px; border-radius: 6px; margin: 4px 0 10px;
  font: 12px/1.45 ui-monospace, 'SF Mono', Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace; unicode-bidi: plaintext; }
ul.key { list-style: none; padding: 0; margin: 6px 0; columns: 240px; column-gap: 28px; } ul.key li { break-inside: avoid; }
.flip { color: var(--bad); font-weight: 600; }
@media screen and (max-width: 620px) { ul.verdict li { grid-template-columns: 1fr; gap: 2px; } }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10.5px; }
  h1 { font-size: 18px; } h2 { font-size: 14px; margin-top: 20px; } h3 { font-size: 11.5px; }
  h2, h3 { break-after: avoid; } tr, ul.verdict li { break-inside: avoid; }
  /* Whoever asked for answers wants them on paper too; otherwise there are none to show. */
  details::details-content { content-visibility: visible; display: block; height: auto; }
  details { break-inside: auto; } summary { list-style: none; }
  .letter, ul.verdict li, .noise, .mark, table.heat td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .charts { grid-template-columns: 1fr 1fr; } .wide { overflow: visible; } th, td { padding: 2px 5px; } .n, th { font-size: 9px; } pre { font-size: 9px; }
  ul.verdict li { grid-template-columns: 108px 1fr; }
}
`
