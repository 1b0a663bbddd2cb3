const doubleTapMilliseconds = 300;

/**
 * Clicks and taps on the picture. A mouse plays and pauses, and a double click goes full screen. A finger brings the
 * controls, and two taps on a side jump 10 s.
 */
export class Gestures {
  #lastTap = { at: -Infinity, side: null };

  constructor(surface, player) {
    this.player = player;
    surface.addEventListener('click', (event) => this.#click(event));
    surface.addEventListener('dblclick', (event) => this.#doubleClick(event));
  }

  #click(event) {
    if (event.pointerType === 'touch') return this.#tap(event);
    this.player.togglePlay();
  }

  #doubleClick(event) {
    if (event.pointerType !== 'touch') this.player.toggleFullscreen();
  }

  #tap(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const side = share < 0.35 ? -1 : share > 0.65 ? 1 : 0;
    const isDouble = side !== 0 && side === this.#lastTap.side
      && event.timeStamp - this.#lastTap.at < doubleTapMilliseconds;
    this.#lastTap = { at: event.timeStamp, side };
    if (isDouble) this.player.seekBy(side * 10);
    else this.player.toggleControls();
  }
}
