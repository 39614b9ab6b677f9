// The page's script: takes the data out of the page, and its elements over.
import { h, hydrate } from 'preact';
import type { ReportData } from '../data.js';
import { App } from './app.js';
import { CHARTS, drawForPaper } from './charts.js';

const data = JSON.parse(document.getElementById('data')!.textContent) as ReportData;
hydrate(h(App, { data, charts: CHARTS }), document.getElementById('app')!);
drawForPaper();
