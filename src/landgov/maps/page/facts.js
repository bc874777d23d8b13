// What is known of a parcel: the block of columns, the popup and the search.
"use strict";

landgov.facts = function (block) {
  var columns = {};
  block.sections.forEach(function (section) {
    section.fields.forEach(function (field) { columns[field.column] = field; });
  });

  function text(field, i) {
    var value = field.codes ? field.words[field.codes[i]] : field.values[i];
    if (value === null || value === undefined) { return null; }
    var words = field.decimals === undefined ? String(value) : value.toFixed(field.decimals);
    return words + (field.unit ? " " + field.unit : "");
  }

  function make(tag, name, words) {
    var node = document.createElement(tag);
    if (name) { node.className = name; }
    if (words !== undefined) { node.textContent = words; }
    return node;
  }

  function value(field, i) {
    var words = text(field, i);
    if (words === null) { return make("span", "none", "暂无数据"); }
    if (words === field.lacks) { return make("span", "none", words); }
    if (!field.chip) { return make("span", "", words); }
    var kind = words === "是" ? "yes" : words === "否" ? "no" : "open";
    var holder = make("span", "");
    holder.appendChild(make("span", "chip " + kind, words));
    var land = field.land && field.land[i];
    if (kind === "yes" && land) { holder.appendChild(make("span", "land", " " + land.toFixed(2) + " 亩")); }
    return holder;
  }

  // Nothing but its place is said of land that is known not to be industrial.
  function outside(i) { return columns.in_scope && text(columns.in_scope, i) === "否"; }

  // Built node by node with textContent: names from departments' tables are never read as HTML.
  function popup(i) {
    var root = make("div", "facts");
    root.appendChild(make("h3", "", "地块 " + block.ids[i]));
    block.sections.forEach(function (section) {
      var told = section.fields.filter(function (field) { return !(field.inside && outside(i)); });
      if (!told.length) { return; }
      root.appendChild(make("h4", "", section.word));
      var table = make("table");
      told.forEach(function (field) {
        var row = make("tr");
        row.appendChild(make("th", "", field.word));
        var cell = make("td");
        cell.appendChild(value(field, i));
        row.appendChild(cell);
        table.appendChild(row);
      });
      root.appendChild(table);
    });
    return root;
  }

  var searched = ["enterprise_names", "enterprise_ids", "holder_name", "location"]
    .map(function (name) { return columns[name]; })
    .filter(Boolean);

  // Towns and platforms with their parcels: a name found leads to all of them.
  var places = [];
  [["town", "镇街"], ["platform", "平台"]].forEach(function (kind) {
    var field = columns[kind[0]], known = {};
    if (!field) { return; }
    block.ids.forEach(function (_, i) {
      var name = text(field, i);
      if (name === null || name === field.lacks) { return; }
      if (!known["=" + name]) {
        known["=" + name] = { name: name, kind: kind[1], members: [] };
        places.push(known["=" + name]);
      }
      known["=" + name].members.push(i);
    });
  });

  // Towns and platforms of that name, then all parcels whose id or one of the names holds the words;
  // ids that start so come first.
  function find(words) {
    var needle = words.trim().toLowerCase(), starts = [], rest = [];
    if (!needle) { return []; }
    var named = places.filter(function (place) { return place.name.toLowerCase().indexOf(needle) >= 0; })
      .map(function (place) { return { place: place }; });
    for (var i = 0; i < block.ids.length; i++) {
      var place = block.ids[i].toLowerCase().indexOf(needle);
      if (place === 0) { starts.push({ index: i, hint: "" }); continue; }
      if (place > 0) { rest.push({ index: i, hint: "" }); continue; }
      for (var k = 0; k < searched.length; k++) {
        var hint = text(searched[k], i);
        if (hint && hint.toLowerCase().indexOf(needle) >= 0) {
          rest.push({ index: i, hint: hint });
          break;
        }
      }
    }
    return named.concat(starts, rest);
  }

  return { popup: popup, find: find, make: make };
};

// Coordinates come as whole steps from the point before; rings without their closing point.
landgov.shapes = function (block) {
  var x = 0, y = 0, at = 0, ring = 0, part = 0;
  return block.shapes.map(function (parts) {
    var polygons = [];
    for (var p = 0; p < parts; p++) {
      var rings = [];
      for (var r = 0; r < block.parts[part]; r++) {
        var line = [];
        for (var n = 0; n < block.rings[ring]; n++) {
          x += block.steps[at++];
          y += block.steps[at++];
          line.push(L.latLng(y * block.step, x * block.step));
        }
        rings.push(line);
        ring++;
      }
      polygons.push(rings);
      part++;
    }
    return polygons;
  });
};
