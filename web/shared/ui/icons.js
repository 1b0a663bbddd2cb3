const namespace = 'http://www.w3.org/2000/svg';

/** 24 × 24, drawn with strokes unless the name is in `filled`. */
const paths = {
  play: 'M7 4.5v15l12.5-7.5z',
  pause: 'M6.5 4.5h4v15h-4z M13.5 4.5h4v15h-4z',
  replay: 'M4 12a8 8 0 1 0 2.6-5.9 M4 4v4.5h4.5',
  volume: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z M15.5 9a4.2 4.2 0 0 1 0 6 M18 6.5a7.8 7.8 0 0 1 0 11',
  muted: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z M16 9.5l5 5 M21 9.5l-5 5',
  sound: 'M4 10v4 M8 6.5v11 M12 3.5v17 M16 7.5v9 M20 10.5v3',
  captions: 'M3.5 5.5h17v13h-17z M10.5 10.5a2 2 0 1 0 0 3 M16.8 10.5a2 2 0 1 0 0 3',
  pip: 'M3.5 5h17v14h-17z M12.5 12h5.5v4.5h-5.5z',
  fullscreen: 'M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5',
  shrink: 'M9 4v5H4 M20 9h-5V4 M15 20v-5h5 M4 15h5v5',
  search: 'M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14z M15.7 15.7 21 21',
  close: 'M5.5 5.5l13 13 M18.5 5.5l-13 13',
  check: 'M4.5 12.5l5 5 10-11',
  share: 'M12 15V3.5 M7.5 8 12 3.5 16.5 8 M5 12.5v7h14v-7',
  copy: 'M8.5 8.5h11v11h-11z M5.5 15.5h-1v-11h11v1',
  upload: 'M12 16V4 M6.5 9.5 12 4l5.5 5.5 M4 16v4h16v-4',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z M12 2.5v2 M12 19.5v2 M2.5 12h2 M19.5 12h2 M5.3 5.3l1.4 1.4 M17.3 17.3l1.4 1.4 M18.7 5.3l-1.4 1.4 M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  contrast: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z M12 3.5v17',
  film: 'M3.5 5h17v14h-17z M8 5v14 M16 5v14 M3.5 9.7H8 M3.5 14.3H8 M16 9.7h4.5 M16 14.3h4.5',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19z M14 6.5 17.5 10',
  trash: 'M4.5 6.5h15 M9.5 6.5v-3h5v3 M6.5 6.5l1 14h9l1-14 M10.3 10.5v6 M13.7 10.5v6',
  restore: 'M4 12a8 8 0 1 0 2.6-5.9 M4 4v4.5h4.5 M12 8v4.5l3 2',
  tag: 'M4 4h7.5l8.5 8.5-7.5 7.5L4 11.5z M8 8h.01',
  server: 'M4 4.5h16v6H4z M4 13.5h16v6H4z M7.5 7.5h.01 M7.5 16.5h.01',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4.5 20.5a7.5 7.5 0 0 1 15 0',
  plus: 'M12 5v14 M5 12h14',
  logout: 'M14 4.5H5v15h9 M10 12h10.5 M17 8.5l3.5 3.5-3.5 3.5',
};
const filled = new Set(['play', 'pause']);

/** A picture for a button or a heading; it says nothing to screen readers, so the button needs a name. */
export function icon(name) {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', filled.has(name) ? 'icon icon-filled' : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

export function setIcon(element, name) {
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.querySelector('svg')?.remove();
  element.prepend(icon(name));
}
