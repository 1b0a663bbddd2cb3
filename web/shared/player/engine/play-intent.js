/** A pause so shortly before a failure was the browser's, not the viewer's. */
const together = 250;

/** Whether the viewer wants the video to play. Chromium pauses by itself when a video fails, so events decide. */
export class PlayIntent {
  #isPlaying;
  #pausedAt = -Infinity;

  constructor(video, signal) {
    this.#isPlaying = !video.paused;
    video.addEventListener('play', () => { this.#isPlaying = true; }, { signal });
    video.addEventListener('pause', () => {
      this.#isPlaying = false;
      this.#pausedAt = performance.now();
    }, { signal });
  }

  /** To be asked at the moment of the failure. */
  get isToPlay() {
    return this.#isPlaying || performance.now() - this.#pausedAt < together;
  }
}
