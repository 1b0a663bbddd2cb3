/**
 * Starts a video without a click. Browsers may refuse that with sound; then it begins in silence.
 * @returns {Promise<'playing'|'muted'|'refused'>}
 */
export async function autoplay(video) {
  try {
    await video.play();
    return 'playing';
  } catch (error) {
    if (error.name !== 'NotAllowedError') return 'refused';
  }
  video.muted = true;
  try {
    await video.play();
    return 'muted';
  } catch {
    video.muted = false; // not even that, as where power is saved: the first click shall have sound
    return 'refused';
  }
}
