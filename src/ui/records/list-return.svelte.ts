/** A list as it was last seen in this tab: where "back" leads and what a form closes to. */
export class ListReturn {
  /** The query part of its URL, with the `?`. */
  query = $state('');
  readonly #home: string;
  constructor(home: string) {
    this.#home = home;
  }
  get path(): string {
    return `${this.#home}${this.query}`;
  }
}
export const listReturn = new ListReturn('/contacts');
export const companyListReturn = new ListReturn('/companies');
export const leadListReturn = new ListReturn('/leads');
