/** How much picture is wanted: hardly any in a tab that nobody sees, else no more than the element can show. */
export class PictureDemand {
  /** @param onReturn called when the video comes into view again. */
  constructor(video, signal, onReturn) {
    this.video = video;
    document.addEventListener('visibilitychange', () => { if (this.isSeen) onReturn(); }, { signal });
  }

  get isSeen() {
    return document.visibilityState !== 'hidden' || document.pictureInPictureElement === this.video;
  }

  /** Pixels of the short side. */
  get height() {
    if (!this.isSeen) return 0;
    if (navigator.connection?.saveData) return 480;
    const { clientWidth, clientHeight } = this.video;
    return Math.min(clientWidth, clientHeight) * (globalThis.devicePixelRatio || 1) || Infinity;
  }
}
