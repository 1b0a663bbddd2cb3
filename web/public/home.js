import { Catalog } from './home/catalog.js';
import { CategoryChips } from './home/category-chips.js';
import { bindSearch } from './home/search.js';
import { SortChoice } from './home/sort-choice.js';
import { PageState } from './home/page-state.js';
import { themeButton } from './ui/theme-button.js';

const state = new PageState();
const catalog = new Catalog(state);
const chips = new CategoryChips(state);
const sort = new SortChoice(state);

document.querySelector('#theme').append(themeButton());
bindSearch(state);
state.onChange(() => {
  chips.show();
  sort.show();
  catalog.load();
});
state.begin();
chips.load();
