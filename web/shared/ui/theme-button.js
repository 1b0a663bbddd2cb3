import { h } from './dom.js';
import { setIcon } from './icons.js';
import { announce } from './announcer.js';
import { stored } from './stored.js';

const order = ['auto', 'light', 'dark'];
const names = { auto: 'as the system', light: 'light', dark: 'dark' };
const icons = { auto: 'contrast', light: 'sun', dark: 'moon' };
const choice = stored('vlog.theme', 'auto');

/** A button that goes through automatic, light and dark, and remembers. */
export function themeButton() {
  const button = h('button', { class: 'button button-quiet button-icon', type: 'button' });
  const show = () => {
    const theme = current();
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    setIcon(button, icons[theme]);
    button.setAttribute('aria-label', `Colours: ${names[theme]}`);
    button.title = `Colours: ${names[theme]}`;
  };
  button.addEventListener('click', () => {
    choice.set(order[(order.indexOf(current()) + 1) % order.length]);
    show();
    announce(`Colours: ${names[current()]}`);
  });
  show();
  return button;
}

function current() {
  const theme = choice.get();
  return order.includes(theme) ? theme : 'auto';
}
