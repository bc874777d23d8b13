// Paint of a parcel: one layer gives its symbol, several layers give stripes of all their colours.
"use strict";
var landgov = {};

landgov.painter = function (canvas) {
  var pen = canvas.getContext("2d");
  var patterns = {};

  function sheet(size) {
    var tile = document.createElement("canvas");
    tile.width = tile.height = size;
    return tile;
  }

  // Lines of a hatch in a square of `size`; drawn past the edges so that squares join.
  function hatch(ink, kind, colour, size, x) {
    ink.strokeStyle = ink.fillStyle = colour;
    ink.lineWidth = 1.3;
    ink.beginPath();
    if (kind === "slash" || kind === "cross") {
      [-size, 0, size].forEach(function (d) { ink.moveTo(x + d, size); ink.lineTo(x + d + size, 0); });
    }
    if (kind === "backslash" || kind === "cross") {
      [-size, 0, size].forEach(function (d) { ink.moveTo(x + d, 0); ink.lineTo(x + d + size, size); });
    }
    if (kind === "horizontal" || kind === "grid") { ink.moveTo(x, size / 2); ink.lineTo(x + size, size / 2); }
    if (kind === "vertical" || kind === "grid") { ink.moveTo(x + size / 2, 0); ink.lineTo(x + size / 2, size); }
    ink.stroke();
    if (kind === "dots") {
      ink.beginPath();
      ink.arc(x + size / 2, size / 2, 1.4, 0, 7);
      ink.fill();
    }
  }

  // On a screen colours are told apart by themselves; only 待核, which has no fill, is hatched.
  function single(symbol, under) {
    var size = 7, tile = sheet(size), ink = tile.getContext("2d");
    ink.fillStyle = symbol.fill || under || "#ffffff";
    ink.fillRect(0, 0, size, size);
    if (!symbol.fill && symbol.hatch !== "none") {
      hatch(ink, symbol.hatch, symbol.hatch_colour, size, 0);
    }
    return tile;
  }

  // Slanting bands, one a layer; 待核 is a white band with a line of the layer's colour.
  function striped(symbols, under) {
    var band = 5, size = band * symbols.length, tile = sheet(size), ink = tile.getContext("2d");
    ink.fillStyle = under || "#ffffff";
    ink.fillRect(0, 0, size, size);
    for (var turn = -1; turn <= 1; turn++) {
      symbols.forEach(function (symbol, k) {
        var left = turn * size + k * band;
        ink.beginPath();
        ink.moveTo(left, size);
        ink.lineTo(left + band, size);
        ink.lineTo(left + band + size, 0);
        ink.lineTo(left + size, 0);
        ink.closePath();
        ink.fillStyle = symbol.fill || under || "#ffffff";
        ink.fill();
        if (!symbol.fill) {
          ink.beginPath();
          ink.moveTo(left + band / 2, size);
          ink.lineTo(left + band / 2 + size, 0);
          ink.lineWidth = 1.2;
          ink.strokeStyle = symbol.edge;
          ink.stroke();
        }
      });
    }
    return tile;
  }

  function fill(symbols, under) {
    var key = under + "|" + symbols.map(function (s) { return s.fill + s.edge + s.hatch; }).join("|");
    if (!patterns[key]) {
      var tile = symbols.length === 1 ? single(symbols[0], under) : striped(symbols, under);
      patterns[key] = pen.createPattern(tile, "repeat");
    }
    return patterns[key];
  }

  function swatch(symbol, target) {
    var ink = target.getContext("2d"), w = target.width, h = target.height;
    ink.fillStyle = symbol.fill || symbol.hatch !== "none"
      ? ink.createPattern(single(symbol, "#ffffff"), "repeat") : "#ffffff";
    ink.globalAlpha = symbol.fill && symbol.opacity < 0.2 ? 0.25 : 1;
    ink.fillRect(0, 0, w, h);
    ink.globalAlpha = 1;
    ink.lineWidth = 2;
    ink.strokeStyle = symbol.edge;
    ink.strokeRect(1, 1, w - 2, h - 2);
  }

  return { fill: fill, swatch: swatch };
};
