/**
 * Makes an element. Text always goes in as text nodes, so nothing a user wrote can become markup.
 *
 * @param properties `class`, `on: {event: listener}`, `data: {key: value}`, `style: {'--custom': value}`; anything
 *   else is an attribute, left out when null, undefined or false.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  setProperties(element, properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Changes attributes of an element by the rules of `h`; null and false take an attribute away. */
export function setProperties(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'on') listen(element, value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'style') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

function listen(element, listeners) {
  for (const [event, listener] of Object.entries(listeners)) element.addEventListener(event, listener);
}

/** Puts text in place only when it differs, so that live regions and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let counter = 0;

/** An id for `aria-labelledby` and the like, unique on the page. */
export function uniqueID(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Brings an element into the middle of a row that scrolls sideways, and leaves the page where it is. */
export function centreIn(row, element) {
  const [outer, inner] = [row.getBoundingClientRect(), element.getBoundingClientRect()];
  row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
