/** A module of its own, so that the page need not wait for the ranges of four thousand characters each. */
import './fonts.css'
