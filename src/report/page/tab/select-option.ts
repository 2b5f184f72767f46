import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

/** A choice of a list. What is not the case any more is taken back, whatever its reader has chosen meanwhile. */
export function selectOption(value: string, text: string, isChosen: boolean): TemplateResult {
  return html`<option value=${value} .selected=${live(isChosen)}>${text}</option>`;
}

/** What was chosen in a list, or written into a field. */
export function picked(event: Event): string {
  return (event.target as HTMLInputElement).value;
}
