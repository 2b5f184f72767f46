import { type Chart, type ChartPoint } from '../plots/chart.ts';
import { chartSvg } from '../plots/chart-svg.ts';
import { numberText } from '../plots/scale.ts';
import { type Html, markup } from '../../markup.ts';

/** A plot with its numbers in a table below it. */
export function chartFigure(chart: Chart): Html {
  const { title, x, y, series, marks } = chart;
  const rows = [
    ...series.flatMap(({ name, points }) => points.map((point) => row(name, point))),
    ...marks.map(
      ({ name, x: at, text }) =>
        markup`<tr><td>${name}</td><td>${numberText(at)}</td><td>${text}</td><td></td></tr>`,
    ),
  ];
  return markup`<figure class="plot"><div class="scroll" tabindex="0" role="region" aria-label="${title}">${chartSvg(chart)}</div><details><summary>Numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers: ${title}"><table><caption>${title}</caption><thead><tr><th scope="col">series</th><th scope="col">${x.label}</th><th scope="col">${y.label}</th><th scope="col">from, to</th></tr></thead><tbody>${rows}</tbody></table></div></details></figure>`;
}

function row(name: string, { x, y, low, high }: ChartPoint): Html {
  const range = low === undefined || high === undefined ? '' : `${numberText(low)}, ${numberText(high)}`;
  return markup`<tr><td>${name}</td><td>${numberText(x)}</td><td>${numberText(y)}</td><td>${range}</td></tr>`;
}
