import { Component, type ComponentType, h } from 'preact'

/** A component that is drawn again only when its properties differ in `same`'s eyes: for long lists of rows that mostly stand still. */
export function memo<P extends object>(part: ComponentType<P>, same: (a: P, b: P) => boolean): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props, next)
    }

    override render() {
      return h(part, this.props)
    }
  }
}
