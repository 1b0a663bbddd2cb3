import { stored } from '../../ui/stored.js';

const memory = stored('vlog.captions.style');

/** What can be chosen; the first of each is how captions look without a choice. The looks are in player.css. */
export const styleChoices = {
  size: { label: 'Size', values: { normal: 'Normal', small: 'Small', large: 'Large', huge: 'Very large' } },
  colour: { label: 'Colour', values: { white: 'White', yellow: 'Yellow', cyan: 'Cyan', green: 'Green' } },
  background: { label: 'Background', values: { half: 'Half transparent', solid: 'Black', none: 'None' } },
  edge: { label: 'Edge', values: { none: 'None', outline: 'Outline', shadow: 'Shadow' } },
  font: { label: 'Font', values: { sans: 'Sans serif', serif: 'Serif', mono: 'Typewriter' } },
};

/** How captions look, remembered: `{size, colour, background, edge, font}`, each one of the values above. */
export const captionStyle = {
  get() {
    const remembered = parsed(memory.get());
    return Object.fromEntries(Object.entries(styleChoices).map(([name, { values }]) => {
      const value = remembered[name];
      return [name, Object.hasOwn(values, value) ? value : Object.keys(values)[0]];
    }));
  },

  set(style) {
    memory.set(JSON.stringify(style));
  },
};

export function showStyle(element, style) {
  Object.assign(element.dataset, style);
}

/** What is in the storage may be anything. */
function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
