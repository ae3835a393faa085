import { html, render } from 'htm/preact';
import { Frame } from './frame/Frame.ts';
import { followLinks } from './state/address.ts';
import { learnHub } from './state/hub.ts';
import { listenToKeys } from './state/keys.ts';
import { closeMenus } from './state/menus.ts';
import { showSettings } from './state/settings.ts';

showSettings();
followLinks();
listenToKeys();
closeMenus();
void learnHub();
render(html`<${Frame} />`, document.getElementById('console')!);
