import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { clock } from '../ui/format.js';
import { openDialog } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';

/** The link of the video, on its own or from the present moment on. */
export function openShareDialog(video, player) {
  const time = Math.floor(player.video.currentTime);
  const field = h('input', { class: 'input', readonly: true, 'aria-label': 'Link', on: { focus: () => field.select() } });
  const box = h('input', { type: 'checkbox', on: { change: () => show() } });
  const show = () => {
    const link = new URL(`/watch/${video.slug}`, location.origin);
    if (box.checked) link.searchParams.set('t', time);
    field.value = link.href;
  };
  const copy = h('button', { class: 'button button-primary', type: 'button', on: { click: () => copyText(field) } }, icon('copy'), 'Copy');
  const content = [h('div', { class: 'share-row' }, field, copy)];
  if (time > 0) content.push(h('label', { class: 'check' }, box, `Start at ${clock(time)}`));
  const footer = navigator.share
    ? [h('button', { class: 'button', type: 'button', on: { click: () => shareOut(video, field.value) } }, 'Send with an app')]
    : [];
  show();
  openDialog({ title: 'Share', content, footer });
  copy.focus();
}

async function copyText(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select(); // without HTTPS there is no clipboard for pages; the old way works on a selection
    document.execCommand('copy');
  }
  toast('Link copied');
}

async function shareOut(video, url) {
  try {
    await navigator.share({ title: video.title, url });
  } catch (error) {
    if (error.name !== 'AbortError') toast('Sharing did not work here. Copy the link instead.', { isError: true });
  }
}
