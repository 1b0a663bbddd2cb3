import { h } from '../../ui/dom.js';

const kept = { B: 'b', I: 'i', U: 'u', RUBY: 'ruby', RT: 'rt' };

/**
 * The text of a cue as nodes. The browser parses it; of what it makes only plain emphasis and text are rebuilt, so no
 * class, attribute or other element of a caption file ever comes into the page.
 */
export function cueNodes(cue) {
  return copied(cue.getCueAsHTML());
}

function copied(parent) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [new Text(node.data)];
    const tag = kept[node.nodeName.toUpperCase()];
    return tag ? [h(tag, {}, ...copied(node))] : copied(node);
  });
}
