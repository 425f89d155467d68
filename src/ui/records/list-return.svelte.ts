/** The list as it was last seen in this tab: where "back" leads and what a form closes to. */
class ListReturn {
  /** The query part of its URL, with the `?`. */
  query = $state('');
  get path(): string {
    return `/contacts${this.query}`;
  }
}
export const listReturn = new ListReturn();
