/** What the library's variables do not reach: colours it takes as fixed, and sizes. Goes into its shadow tree. */
export const look = `
.body {
  --red: var(--danger-text);
  --green: var(--good-text);
  --blue: var(--info-text);
  --orange: var(--warn-text);
  --yellow: var(--warn-text);
  --purple: var(--link);
  --gray: var(--muted);
  --light-red: var(--danger-soft);
  --light-green: var(--good-soft);
  --light-blue: var(--info-soft);
  --light-orange: var(--warn-soft);
  --light-yellow: var(--warn-soft);
  --light-purple: var(--info-soft);
  --light-gray: var(--hover);
}
.nav-bar { border-right: 1px solid var(--line); }
.nav-bar.focused, .nav-scroll { border-top: 0; }
.nav-bar > div:first-of-type { padding: 1rem !important; }
#nav-bar-search { background: var(--surface) !important; border-color: var(--edge) !important; }
.nav-bar-info { padding: 0.5rem 0.75rem; font-weight: 600; }
.nav-bar-tag { padding: 0.75rem 0.75rem 0.375rem; font-weight: 600; color: var(--text); }
.nav-bar-section { padding: 0.75rem; border-bottom-color: var(--line); font-weight: 500; }
.main-content-inner { max-width: 64rem; }
h1.title { font-size: 1.375rem; font-weight: 600; }
h2 { font-size: 1.125rem; font-weight: 600; }
.req-res-title { font-size: 0.9375rem; }
.m-btn { box-shadow: none; border-width: 1px; font-weight: 500; }
.m-btn.outline-primary { border-color: var(--edge); color: var(--text); }
.m-btn:hover { color: inherit; background-color: var(--hover); }
.m-btn.primary, .m-btn.primary:hover { color: var(--on-accent); background-color: var(--accent); }
:focus-visible { outline: 2px solid var(--ring) !important; outline-offset: 1px; }
.nav-scroll :focus-visible { outline-offset: -2px; }
.api-key-input:disabled, .api-key-input:disabled ~ * { display: none; }
`;
