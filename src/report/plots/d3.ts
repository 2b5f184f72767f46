// What plots take from d3. The build puts it into this one module, so that the package needs none of it.
export { scaleLinear, scaleLog } from 'd3-scale';
export { line } from 'd3-shape';
