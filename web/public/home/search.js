const pause = 300;

/** The search box of the home page: it searches while one types; Enter makes a step in the history. */
export function bindSearch(state) {
  const form = document.querySelector('#search');
  const input = form.querySelector('input');
  let timer = null;
  const apply = (options) => {
    clearTimeout(timer);
    const q = input.value.trim();
    if (q !== state.q) state.change({ q, sort: '' }, options);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply({});
  });
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => apply({ replace: true }), pause);
  });
  state.onChange(() => { if (document.activeElement !== input) input.value = state.q; });
  focusOnSlash(input);
}

/** `/` puts the cursor into the search box, Escape takes it out. */
export function focusOnSlash(input) {
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === 'Escape' && event.target === input) {
      input.blur();
    }
  });
}
