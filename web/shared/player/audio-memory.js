import { stored } from '../ui/stored.js';
import { audioMemory } from './engine/audio-choices.js';

const memory = stored('vlog.audio');

/** The sound chosen last, to find its like in other videos; see `audioMemory`. */
export const rememberedAudio = {
  get() {
    try {
      const value = JSON.parse(memory.get());
      return typeof value?.language === 'string' ? audioMemory(value) : null;
    } catch {
      return null; // what is in the storage may be anything
    }
  },

  set(choice) {
    memory.set(JSON.stringify(audioMemory(choice)));
  },
};
