import '../player/player.js';
import { openDialog } from '../ui/dialog.js';

/** Plays a video on the admin site: drafts too, and what there is of one that is still being encoded. */
export function openPreviewDialog(video) {
  const player = document.createElement('vlog-player');
  openDialog({ title: video.title, content: [player], wide: true, onClose: () => player.remove() });
  player.load({
    url: video.stream_url, title: video.title, poster: video.thumbnail_url, duration: video.duration ?? undefined, startAt: 0, autoplay: true,
  });
  window.__vlogPlayer = player;
}
