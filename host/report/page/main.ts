// The page's script: takes the data out of the page, and shows the view of its address in the place of all of them.
import { h, render } from 'preact';
import type { ReportData } from '../data.js';
import { App } from './app.js';
import { CHARTS, drawForPaper } from './charts.js';

const data = JSON.parse(document.getElementById('data')!.textContent) as ReportData;
const app = document.getElementById('app')!;
app.replaceChildren(); // taking over the elements of all views would take longer than making those of one
render(h(App, { data, charts: CHARTS }), app);
drawForPaper();
