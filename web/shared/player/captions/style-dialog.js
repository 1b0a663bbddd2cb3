import { openDialog } from '../../ui/dialog.js';
import { h, uniqueID } from '../../ui/dom.js';
import { captionStyle, showStyle, styleChoices } from './caption-style.js';

/** Lets the viewer choose how captions look. @param onChange called after each change, when it is already stored. */
export function openStyleDialog(onChange) {
  const sample = h('p', { class: 'vp-cue', data: { align: 'center' } }, h('span', {}, 'Captions will look like this.'));
  const stage = h('div', { class: 'vp-captions-layer vp-captions-sample', 'aria-hidden': 'true' }, sample);
  const fields = Object.entries(styleChoices).map(([name, choice]) => field(name, choice));
  const show = () => {
    const style = captionStyle.get();
    showStyle(stage, style);
    for (const { select, name } of fields) select.value = style[name];
    onChange();
  };
  for (const { select, name } of fields) {
    select.addEventListener('change', () => {
      captionStyle.set({ ...captionStyle.get(), [name]: select.value });
      show();
    });
  }
  const reset = h('button', { class: 'button', type: 'button' }, 'Reset');
  reset.addEventListener('click', () => {
    captionStyle.set({});
    show();
  });
  show();
  openDialog({ title: 'Caption style', content: [stage, h('div', { class: 'vp-style-fields' }, ...fields.map(({ element }) => element))], footer: [reset] });
}

function field(name, { label, values }) {
  const id = uniqueID('caption');
  const options = Object.entries(values).map(([value, text]) => h('option', { value }, text));
  const select = h('select', { class: 'input', id }, ...options);
  return { name, select, element: h('div', { class: 'field' }, h('label', { for: id }, label), select) };
}
