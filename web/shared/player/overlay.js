import { h, setText } from '../ui/dom.js';
import { icon, setIcon } from '../ui/icons.js';

const spinnerDelay = 200;

/** What lies on the picture: the large play button, the spinner, and messages. */
export class Overlay {
  #spinnerTimer = null;

  constructor(player) {
    this.bigButton = h('button', {
      class: 'vp-big', type: 'button', 'aria-label': 'Play', on: { click: () => player.togglePlay() },
    });
    setIcon(this.bigButton, 'play');
    this.spinner = h('div', { class: 'vp-spinner', hidden: true });
    this.status = h('div', { class: 'vp-status', role: 'status' });
    this.failure = h('div', { class: 'vp-failure', role: 'alert', hidden: true });
    this.sound = h('button', { class: 'vp-sound', type: 'button', hidden: true, on: { click: () => player.turnOnSound() } },
      icon('muted'), 'Turn on sound');
    this.hint = h('div', { class: 'vp-hint', 'aria-hidden': 'true' });
    this.element = h('div', { class: 'vp-overlay' }, this.spinner, this.bigButton, this.status, this.sound, this.hint, this.failure);
  }

  showPlay(isShown, isReplay = false) {
    this.bigButton.hidden = !isShown;
    setIcon(this.bigButton, isReplay ? 'replay' : 'play');
    this.bigButton.setAttribute('aria-label', isReplay ? 'Play again' : 'Play');
  }

  /** Shown after 200 ms only; a quick seek should not flash. */
  setWaiting(isWaiting) {
    clearTimeout(this.#spinnerTimer);
    if (!isWaiting) this.spinner.hidden = true;
    else this.#spinnerTimer = setTimeout(() => { this.spinner.hidden = false; }, spinnerDelay);
  }

  /** A line for the time being, such as "Connection lost, trying again…"; empty takes it away. */
  say(text, action = null) {
    setText(this.status, text);
    if (action) this.status.append(' ', h('button', { class: 'vp-link', type: 'button', on: { click: action.run } }, action.label));
  }

  /** Shown where the browser allowed to begin in silence only. */
  offerSound(isOffered) {
    this.sound.hidden = !isOffered;
  }

  /** A short echo of a key: "+10 s", "1.25×". */
  flash(text) {
    this.hint.textContent = text;
    this.hint.getAnimations().forEach((animation) => animation.cancel());
    this.hint.animate([{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], 900);
  }

  fail(title, text, retry) {
    this.setWaiting(false);
    this.say('');
    this.bigButton.hidden = true;
    this.failure.replaceChildren(icon('replay'), h('strong', {}, title), h('p', {}, text),
      h('button', { class: 'button button-primary', type: 'button', on: { click: retry } }, 'Try again'));
    this.failure.hidden = false;
  }

  clearFailure() {
    this.failure.hidden = true;
  }
}
