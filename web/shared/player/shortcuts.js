import { stored } from '../ui/stored.js';

export const shortcutsChoice = stored('vlog.shortcuts', 'on');

/** What the help sheet shows: keys and what they do. */
export const shortcutTable = [
  ['Space or K', 'Play or pause'],
  ['J / L', '10 seconds back / on'],
  ['← / →', '5 seconds back / on'],
  ['↑ / ↓', 'Louder / quieter'],
  ['M', 'Mute'],
  ['F', 'Full screen'],
  ['C', 'Captions'],
  ['I', 'Picture in picture'],
  ['0 … 9', 'Jump to tenths of the video'],
  [', / .', 'One frame back / on, while paused'],
  ['< / >', 'Slower / faster'],
  ['?', 'This list'],
];

/** By the place of the key, so that they work on every layout. */
const byCode = {
  KeyK: (player) => player.togglePlay(),
  KeyJ: (player) => player.seekBy(-10),
  KeyL: (player) => player.seekBy(10),
  KeyM: (player) => player.volume.toggle(),
  KeyF: (player) => player.toggleFullscreen(),
  KeyC: (player) => player.toggleCaptions(),
  KeyI: (player) => player.togglePictureInPicture(),
};

const byKey = {
  ' ': (player) => player.togglePlay(),
  ArrowLeft: (player) => player.seekBy(-5),
  ArrowRight: (player) => player.seekBy(5),
  ArrowUp: (player) => player.volume.change(0.05),
  ArrowDown: (player) => player.volume.change(-0.05),
  Home: (player) => player.seekTo(0),
  End: (player) => player.seekTo(player.duration),
  ',': (player) => player.stepFrame(-1),
  '.': (player) => player.stepFrame(1),
  '<': (player) => player.changeSpeed(-1),
  '>': (player) => player.changeSpeed(1),
  '?': (player) => player.showHelp(),
};

/** Keys that a focused control uses itself. */
const ownKeys = {
  BUTTON: new Set([' ', 'Enter']),
  A: new Set(['Enter']),
  SUMMARY: new Set([' ', 'Enter']),
};

/**
 * Listens on the whole page. Typing, modifiers and what a focused control needs for itself are left alone.
 * @param signal ends the listening.
 */
export function listenForShortcuts(player, signal) {
  document.addEventListener('keydown', (event) => {
    const run = actionFor(event);
    if (!run || isTaken(event, player)) return;
    event.preventDefault();
    player.wakeControls();
    run(player);
  }, { signal });
}

function actionFor(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  if (/^[0-9]$/.test(event.key)) return (player) => player.seekTo((player.duration * Number(event.key)) / 10);
  const isNamed = event.key.length > 1 || event.key === ' ';
  if (!isNamed && shortcutsChoice.get() === 'off') return event.key === '?' ? byKey['?'] : null;
  return byKey[event.key] ?? (event.shiftKey ? null : byCode[event.code]) ?? null;
}

function isTaken(event, player) {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return document.querySelector('dialog[open]') !== null;
  if (focused.closest('dialog')) return true;
  if (focused.isContentEditable || focused.matches('textarea, select, input:not([type="range"])')) return true;
  if (ownKeys[focused.tagName]?.has(event.key)) return true;
  const isArrow = event.key.startsWith('Arrow') || ['Home', 'End', ' '].includes(event.key);
  if (focused.matches('input[type="range"], [role="menu"] *')) return isArrow && event.key !== ' ';
  // Arrows and space scroll the page, unless the player has the focus or nothing has.
  return isArrow && !player.contains(focused);
}
