import { html, render } from 'htm/preact';
import { Frame } from './frame/Frame.ts';
import { followLinks, go } from './state/address.ts';
import { learnHub } from './state/hub.ts';
import { listenToKeys } from './state/keys.ts';
import { closeMenus } from './state/menus.ts';
import { addressToReturnTo } from './state/session.ts';
import { showSettings } from './state/settings.ts';

showSettings();
followLinks();
listenToKeys();
closeMenus();
const back = addressToReturnTo();
if (back !== null) go(back, 'replace');
void learnHub();
render(html`<${Frame} />`, document.getElementById('console')!);
